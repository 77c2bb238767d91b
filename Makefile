# Everything that a newcomer needs. Root on Debian 12 is enough: what is missing is installed.

BIN := .venv/bin
.PHONY: deb install servers chromium lock lowest chaos chance test test-full browser-calls browser demo demo-stop bench sizing load fuzz attack

# Into a virtual environment (1), of the versions in a file (2): this package, by these extras (3). The build uses the
# setuptools of the file too.
define into
	@[ -x $(1)/bin/python ] || python3 -m venv $(1)
	@$(1)/bin/pip install -q --disable-pip-version-check -c $(2) setuptools
	@$(1)/bin/pip install -q --disable-pip-version-check -c $(2) --no-build-isolation -e '.[$(3)]'
endef

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@python3 -c 'import ensurepip, venv' 2>/dev/null || docker/apt.sh python3-venv
	@echo "Installing the package and what its tests need into .venv ..."
	$(call into,.venv,constraints.txt,test)
	@touch $@

# The exact versions that everybody installs here, chosen anew: the newest that pyproject.toml allows, into
# constraints.txt; and of the phones' libraries into tests/browser/package-lock.json. No index address is written.
lock:
	@echo "Choosing the newest versions ..."
	@mkdir -p var && rm -rf var/lock && python3 -m venv var/lock
	@var/lock/bin/pip install -q --disable-pip-version-check -U setuptools
	@var/lock/bin/pip install -q --disable-pip-version-check --no-build-isolation -e '.[test,browser,bench]'
	@echo '# Written by `make lock`: what `make install`, `make browser` and `make bench` install.' > var/lock/chosen
	@var/lock/bin/pip freeze --all --exclude pip --exclude-editable >> var/lock/chosen
	@mv var/lock/chosen constraints.txt && rm -r var/lock
	@command -v npm >/dev/null || docker/apt.sh npm
	@cd tests/browser && rm -f package-lock.json && \
	    npm install --silent --no-audit --no-fund --package-lock-only --omit-lockfile-registry-resolved

# Whether the lower bounds of pyproject.toml hold: all tests but the live ones, on exactly those versions.
# Takes 10 minutes.
lowest: servers chromium
	@echo "Installing the oldest versions that pyproject.toml allows ..."
	@mkdir -p var && rm -rf var/lowest
	@python3 -m tests.bounds > var/lowest.txt
	$(call into,var/lowest,var/lowest.txt,test$(comma)browser$(comma)bench)
	var/lowest/bin/pytest -n 2 --dist loadfile --ignore tests/live --ignore tests/browser

comma := ,

# PostgreSQL, MariaDB and NATS, of which the tests start servers of their own (runlevel 1 keeps Debian from starting its own);
# sqlite3, with which the operating guide makes backups; logrotate; and promtool, which checks the alarms.
servers:
	@RUNLEVEL=1 docker/apt.sh postgresql-15 mariadb-server nats-server sqlite3 logrotate prometheus

# Debian's Chromium, in which the tests open the pages.
chromium:
	@docker/apt.sh chromium fonts-noto-cjk

# All tests, the live ones included: they bring up a PBX in a container and place real calls.
test: install servers chromium
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile --ignore tests/live
	$(BIN)/pytest tests/live

# And what takes longer: agents with JsSIP and SIP.js in a real Chromium, and all calls on Asterisk 16 and 22 in each
# dialplan, with a table of what came out, which docs/test-full.md keeps.
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
	$(call into,.venv,constraints.txt,browser)
	@cd tests/browser && npm ci --silent --no-audit --no-fund && npm run --silent build

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

# What was found to hurt a running service, done to it again, on the loopback only: a line for each attack. 10 minutes.
attack: install
	@$(BIN)/python -m tests.attack

# Real calls at a steady rate while the service, its feeds, the PBX, its sinks and its disk die, in a seeded order; then
# every call is looked for in every sink. SECONDS=600 SEED=…; INSTANCES=2 for two services, of which one has bad luck.
chaos: install servers
	@$(BIN)/python -m tests.chaos $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) \
	    $(if $(INSTANCES),--instances $(INSTANCES))

# Calls put together at random from seeds, on Asterisk 22 and 16: does each leave the record that it deserves?
chance: install
	@$(BIN)/python -m tests.live.chance $(if $(SEED),--first $(SEED)) $(if $(CALLS),--calls $(CALLS))
	@$(BIN)/python -m tests.live.chance $(if $(SEED),--first $(SEED)) $(if $(CALLS),--calls $(CALLS)) --name chance16

# AMI events a second from bytes to record, beside panoramisk, cacofonisk and a plain parser; what a call costs while
# others are open, in time and memory; where the time goes; 24 hours of calls in one process; reports; the live board at
# 20 calls a second with 50 browsers, and the list of a million calls. Takes half an hour.
bench: install chromium
	$(call into,.venv,constraints.txt,bench)
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

# The Debian package for Debian 12: dist/callbridge_VERSION_ARCH.deb.
deb:
	@docker/apt.sh fakeroot
	@packaging/deb.sh
