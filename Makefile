# Everything that a newcomer needs. Root on Debian 12 is enough: what is missing is installed.

BIN := .venv/bin
.PHONY: install servers chaos test test-full browser-calls browser demo demo-stop bench sizing load fuzz

install: .venv/installed

.venv/installed: pyproject.toml
	@python3 -c 'import ensurepip, venv' 2>/dev/null || docker/apt.sh python3-venv
	@echo "Installing the package and what its tests need into .venv ..."
	@[ -x $(BIN)/python ] || python3 -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[test]'
	@touch $@

# PostgreSQL and NATS, of which the tests start servers of their own; Debian's are not started (runlevel 1).
servers:
	@RUNLEVEL=1 docker/apt.sh postgresql-15 nats-server

# All tests, the live ones included: they bring up a PBX in a container and place real calls.
test: install servers
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

# And what takes longer: agents with JsSIP and SIP.js in a real Chromium, and all calls on Asterisk 16 and 22 in three
# dialplans, with a table of what came out, which docs/test-full.md keeps.
test-full: test browser
	$(BIN)/pytest -m full --ignore tests/live/profiles
	$(BIN)/pytest -m '' tests/live/profiles

# The browser phones alone, each scenario as often as BROWSER_TIMES says: 20 times are 18 minutes.
browser-calls: browser
	$(BIN)/pytest -m full tests/browser

# What the browser tests need: Debian's Chromium, and npm for the phones' libraries.
browser: install
	@docker/apt.sh chromium fonts-noto-cjk openssl iproute2
	@command -v npm >/dev/null || docker/apt.sh npm
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[browser]'
	@cd tests/browser && npm install --silent --no-audit --no-fund && npm run --silent build

# A dozen calls on a PBX in a container, and the tags of each as it ends.
demo: install
	@$(BIN)/python -m tests.live.demo

# Ends a demo that runs, its PBX, and the Docker engine if it was started for it.
demo-stop:
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m tests.live.demo --stop

# Broken and hostile AMI, ARI, phones' reports and logs, for so many seconds of CPU.
FUZZ_SECONDS ?= 600
fuzz: install
	@$(BIN)/python -m tests.fuzz $(FUZZ_SECONDS)

# Real calls at a steady rate while the service, its feeds, the PBX, its sinks and its disk die, in a seeded order; then
# every call is looked for in every sink. SECONDS=600 SEED=…; INSTANCES=2 for two services, of which one has bad luck.
chaos: install servers
	@$(BIN)/python -m tests.chaos $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) \
	    $(if $(INSTANCES),--instances $(INSTANCES))

# AMI events a second from bytes to record, beside panoramisk, cacofonisk and a plain parser; what a call costs while
# others are open, in time and memory; where the time goes; 24 hours of calls in one process. Takes 3.5 minutes.
bench: install
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[bench]'
	@$(BIN)/python -m tests.bench

# What a call, an event and a record cost, on simulated PBXs: 5,000 calls at once on 50 PBXs in one instance, then three
# instances side by side into PostgreSQL and a JetStream cluster of three. Takes 13 minutes.
sizing: install servers
	@$(BIN)/python -m tests.sizing --rate 1.6 --talk 100 --seconds 120
	@$(BIN)/python -m tests.sizing --rate 0.4 --talk 60 --seconds 120 --instances 3 --remote

# A hundred calls a second on a real Asterisk, with SIPp: how late the records come, and whether one is missing.
# RATE=100 SECONDS=120; ALONE=1 for what Asterisk carries by itself.
load: install
	@docker/apt.sh sip-tester
	@$(BIN)/python -m tests.load $(if $(RATE),--rate $(RATE)) $(if $(SECONDS),--seconds $(SECONDS)) \
	    $(if $(ALONE),--alone)
