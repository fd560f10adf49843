# What the Makefiles of the layers and of functions/ share. `sam build` calls their target build-<LogicalId> with
# ARTIFACTS_DIR; they run in place (samconfig.toml), so this file is in reach.
#
# A zip made by SAM carries dates of 1980, so byte code that is checked against its source's date never matches and
# every cold start compiles again. Unchecked, hash-based byte code stays valid whatever happens to dates.

PYTHON ?= python3
PACKAGES = $(ARTIFACTS_DIR)/python

# The packages of the machine that builds, unless LAMBDA_PLATFORM names another, as `make package` does for AWS.
ifdef LAMBDA_PLATFORM
TARGET = --only-binary=:all: --implementation cp --platform manylinux2014_$(LAMBDA_PLATFORM) \
         --platform manylinux_2_17_$(LAMBDA_PLATFORM) --platform manylinux_2_28_$(LAMBDA_PLATFORM)
endif

define install
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --upgrade \
		$(TARGET) --requirement requirements.txt --target "$(PACKAGES)"
	rm -rf "$(PACKAGES)/bin" "$(PACKAGES)"/*.dist-info
	find "$(PACKAGES)" -name '*.pyi' -delete
endef

define compile
	$(PYTHON) -m compileall -q -j 0 --invalidation-mode unchecked-hash "$(1)"
endef
