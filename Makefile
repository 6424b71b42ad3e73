# 纲目。两条命令：make run（试用）、make test（检验）。其余见 make help。

VENV := .venv
PYTHON := $(VENV)/bin/python
JOBS ?= 2
WORKERS := -n $(JOBS) --dist loadfile --no-loadscope-reorder
# What asks no database, or asks every database alike, is tested once.
NO_DATABASE := tests/journeys tests/home tests/alignment tests/guards/test_doors.py tests/guards/test_papers.py \
  tests/documents tests/frame tests/plans/importing tests/cli \
  tests/guards/test_house.py tests/guards/test_docs.py tests/guards/test_audit.py tests/guards/test_pages.py \
  tests/attack/test_files.py tests/attack/test_hostile.py
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
BENCH := .venv-bench
PEERS := $(BENCH)/.peers
TRACKER := $(VENV)/bin/tracker
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help setup run wheel test test-sqlite test-postgresql lint bench proof wheels-arm

help:
	@echo '用法：make 目标'
	@echo
	@echo '  setup   建立运行环境（.venv），已有的保持不变'
	@echo '  run     建立环境和演示数据，启动系统并显示网址和演示账号；Ctrl-C 停止'
	@echo '  test    全部测试，含浏览器、真实进程和 PostgreSQL'
	@echo '  lint    代码检查：ruff、mypy、import-linter；组件清单和已知漏洞'
	@echo '  wheel   做成安装包 dist/*.whl，页面、字体、升级脚本和 deploy 中的样例都在里面'
	@echo '  bench   性能测量'
	@echo '  wheels-arm  核对全部组件都有 aarch64 Linux 的二进制包（需要 uv）'
	@echo '  proof   完整验证：提醒不重不漏（一年、40个单位、反复强制结束进程）；报告随机操作序列；填报中强制结束网页进程200次；公文PDF的存档格式；备份恢复和操作记录；一万次恶意输入（约需数十分钟）'
	@echo
	@echo '正式安装：make setup，然后 .venv/bin/tracker init，再 .venv/bin/tracker run。'

setup: $(RUNTIME) $(TRACKER)

run: setup
	@$(TRACKER) run --demo

test: test-sqlite test-postgresql

test-sqlite: $(DEVELOPMENT)
	$(PYTHON) -m pytest -q $(WORKERS) $(ARGS)

test-postgresql: $(DEVELOPMENT)
	TEST_DATABASE=postgresql $(PYTHON) -m pytest -q $(WORKERS) -m 'not browser and not process' \
	  $(NO_DATABASE:%=--ignore=%) $(ARGS)

lint: $(DEVELOPMENT)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) scripts/audit.py

bench: export BENCH_PYTHON ?= $(CURDIR)/$(BENCH)/bin/python

bench: $(DEVELOPMENT) $(PEERS)
	@for file in benchmarks/*.py; do \
	  name=$$(basename $$file .py); \
	  case $$name in _*) continue ;; esac; \
	  echo "== $$name"; $(PYTHON) -m benchmarks.$$name || exit 1; \
	done

wheel: $(RUNTIME)
	@scripts/wheel

wheels-arm:
	@uv pip install --dry-run --quiet --python $(PYTHON) --python-platform aarch64-unknown-linux-gnu --python-version 3.11 \
	  --target build/arm64 --require-hashes --only-binary :all: -r requirements.lock && \
	echo 'requirements.lock：全部组件都有 aarch64 的二进制包。'

proof: $(DEVELOPMENT)
	$(PYTHON) -m tests.proof.year
	$(PYTHON) -m tests.proof.year --postgresql
	$(PYTHON) -m tests.proof.sequences
	$(PYTHON) -m tests.proof.sequences --postgresql
	$(PYTHON) -m tests.proof.kills
	$(PYTHON) -m tests.proof.kills --postgresql
	$(PYTHON) -m tests.proof.archive
	$(PYTHON) -m tests.proof.keeping
	$(PYTHON) -m tests.proof.hostile
	$(PYTHON) -m tests.proof.hostile --postgresql

# The environment. uv is used where there is one, never needed. Everything comes by hash, as wheels.

$(RUNTIME): requirements.lock | $(PYTHON)
	@scripts/install requirements.lock
	@touch $@

$(DEVELOPMENT): requirements-dev.lock | $(PYTHON) $(TRACKER)
	@scripts/install requirements-dev.lock
	@touch $@ $(RUNTIME)

# What the benchmarks compare with (Typst, WeasyPrint) stays in an environment of its own.
$(PEERS): requirements-bench.lock
	@scripts/install requirements-bench.lock $(BENCH)
	@touch $@

$(PYTHON):
	@scripts/install

$(TRACKER): scripts/tracker | $(PYTHON)
	@install -m 755 scripts/tracker $@
