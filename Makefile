# The project's own commands. Each sets up what it needs first; none needs another step before it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run dev test fix messages shots reviews lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## The portal with MPAG's plan and sample people, on 127.0.0.1:8000 (PORT=8001, DEMO=0: no samples)
	@deploy/run.sh

dev: ## The same for developers: reloads when code changes, shows errors in full (PORT=8001, DEMO=0)
	@deploy/run.sh dev

test: ## Lint, format, types, migrations, texts, tests on SQLite and PostgreSQL (PARTIAL=1, THOROUGH=1)
	@deploy/test.sh

fix: ## Put right what lint and format can put right by themselves
	@deploy/tools.sh fix

messages: ## Gather texts to translate into locale/, and compile the translations
	@deploy/tools.sh messages

shots: ## Pictures of every page from the sample data, into var/shots/, and the README's picture
	@deploy/tools.sh shots

reviews: ## A review for each year and the closing report, from the sample data, checked, into var/reviews/
	@deploy/tools.sh reviews

lock: ## Write requirements*.txt anew from pyproject.toml, and deploy/uv.txt (UPGRADE=1: newest)
	@deploy/tools.sh lock

clean: ## Remove .venv and caches; the data in var/ stays
	@deploy/tools.sh clean
