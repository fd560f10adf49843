# `make help` lists the targets. Needs Python 3.11 or newer with its venv module; everything else is installed into
# directories of this clone. Java and npm are used by the races on DynamoDB Local, and only by them.

PYTHON ?= python3
export PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run reset check-books recount redrive rebuild-index invoke live-check demo-info logs environment test lint coverage openapi bench bench-calls bench-startup e2e races model faults package deploy

help: ## Show the targets
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

run: ## Build, deploy and serve everything on http://localhost:8000 (PORT=…); Ctrl-C ends it
	@$(PYTHON) -m local.run

reset: ## Forget the local stack's data
	rm -rf .bazaar

check-books: ## Ledger, orders, stock, counters and the providers' own books must agree, to the last unit
	@$(BIN)/python -m local.check_books

recount: ## Count what is not counted yet of the orders of the last DAYS=400 days: for a shop older than its counters
	@$(BIN)/python -m local.recount $(DAYS)

redrive: ## Try a dead-letter queue's messages again: QUEUE=Settlement, Notifications, Mail, Images, Counting, Payouts, Outbox, …
	@$(BIN)/python -m local.redrive $(QUEUE)

rebuild-index: ## Build the catalogue index of the running local stack anew; on AWS: AWS_ENDPOINT_URL= STACK=<stack name>
	@$(BIN)/python -m local.rebuild_index

invoke: ## Invoke a function of the running local stack with a sample of events/: FUNCTION=Notifications EVENT=sqs-order-placed
	@$(BIN)/python -m local.invoke $(FUNCTION) $(EVENT)

live-check: ## One payment of a few cents at the real provider, and its refund: PROVIDER=paystack
	@$(BIN)/python -m local.live_check $(PROVIDER)

demo-info: ## Addresses and logins of the local stack as JSON
	@$(PYTHON) -m local.summary

logs: ## What the functions of the running local stack have logged
	@$(BIN)/python -m local.logs

environment: ## Make .venv, which tests and tools run in
	@$(PYTHON) -m local.environments

test: lint ## Everything that has to be green: linters, types, all tests
	$(BIN)/pytest -n 2 --ignore tests/concurrency --ignore tests/e2e --ignore tests/panel
	$(BIN)/pytest tests/concurrency
	$(BIN)/pytest tests/e2e tests/panel

lint: environment ## Linters, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=layers/domain:functions $(BIN)/lint-imports

coverage: environment ## How much of the core and the functions the tests in process reach; fails below the gate
	$(BIN)/coverage run -m pytest -n 2 --ignore tests/concurrency --ignore tests/e2e --ignore tests/panel
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

openapi: environment ## Write functions/<contract>/openapi.json, which tests compare with the code
	$(BIN)/python -m local.openapi

bench-calls: environment ## Write docs/aws-calls.md: AWS calls and capacity units of every operation
	$(BIN)/python -m benchmarks.calls

bench-startup: environment ## Write tests/architecture/imports.tsv: what every function loads when it starts
	$(BIN)/python -m benchmarks.startup

bench: bench-calls ## AWS calls and units, lists at 200 and 100,000 products, search beside SQLite FTS5
	PYTHONPATH=layers/domain:functions:tests $(BIN)/python -m benchmarks.list_size
	PYTHONPATH=layers/domain $(BIN)/python -m benchmarks.golden.rankings
	PYTHONPATH=layers/domain $(BIN)/python -m benchmarks.search
	PYTHONPATH=layers/domain:functions:tests $(BIN)/python -m benchmarks.publication
	$(BIN)/python -m benchmarks.contract_lines

model: environment ## Random sequences of buyers, sellers, staff, providers and crashes against a model of money and stock
	FULL=1 $(BIN)/pytest -n 2 tests/model --durations 0

races: environment ## The races at full size on DynamoDB Local (Java); make test runs smaller ones
	FULL=1 $(BIN)/pytest tests/concurrency --durations 0

faults: environment ## Every AWS call of a use case fails once, at every position
	$(BIN)/pytest -n 2 tests/faults

e2e: environment ## The deployed template on the local stack, as clients use it
	$(BIN)/pytest tests/e2e

package: environment ## Build for AWS: byte code of python3.13, packages for arm64
	$(PYTHON) -m local.environments sam
	@# A PYTHON given on this command line would reach the layers' makefiles as well, and be stronger than python3.13.
	MAKEFLAGS= PYTHON=python3.13 LAMBDA_PLATFORM=aarch64 SAM_CLI_TELEMETRY=0 \
		.sam/bin/sam build --no-cached --build-dir .aws-sam/prod

deploy: package ## Deploy to AWS with `prod` of samconfig.toml
	SAM_CLI_TELEMETRY=0 .sam/bin/sam deploy --template-file .aws-sam/prod/template.yaml --config-env prod
