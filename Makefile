# `make help` lists the targets. Needs Python 3.11 or newer with its venv module; everything else is installed into
# directories of this clone.

PYTHON ?= python3
export PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run reset demo-info venv test lint openapi e2e races faults bench build package deploy

help: ## Show the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## Build, deploy and serve everything on http://localhost:$PORT (8000); Ctrl-C ends it
	@$(PYTHON) -m local.run

reset: ## Forget the local stack's data
	rm -rf .bazaar

demo-info: ## Addresses and logins of the local stack as JSON
	@$(PYTHON) -m local.summary

venv:
	@$(PYTHON) -m local.environments
