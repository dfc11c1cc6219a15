# The commands people repeat. Everything runs through ./dev.
.PHONY: demo test fast format locks bench openapi audit sbom console screenshots
demo:   ; ./dev demo
test:   ; ./dev test
fast:   ; ./dev test -q -x -n 2 tests/domain tests/planning tests/store
format: ; ./dev run ruff format . && ./dev run ruff check --fix .
locks:  ; ./locks/make.sh
bench:  ; ./dev run python -m benchmarks.apply && ./dev run python -m benchmarks.day
audit:  ; ./dev audit
sbom:   ; ./dev sbom estafette.cdx.json
openapi: ; ./dev run python -m estafette.edge.web.openapi docs/api/openapi.json
# `npm ci` refuses where the registry lacks an optional package of the lock; `npm install` takes the same versions from it.
console: ; cd console && (npm ci --ignore-scripts || npm install --ignore-scripts --no-save) && npm run build
screenshots: ; ./dev run python -m tests.screenshots
