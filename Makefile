# Every target has one line of help behind "##"; `make` alone lists them.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
IMAGE   ?= asbru:$(VERSION)

# FUZZTIME is how long `make fuzz` runs each fuzz target.
FUZZTIME ?= 5m

# Without the tag, gRPC's page of traces has the linker keep 17 MB of what is never called.
TAGS    := grpcnotrace
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)
LINTER  := .cache/bin/golangci-lint
HELM    := .cache/bin/helm

.DEFAULT_GOAL := help
.PHONY: help run build ui ui-figures docs test unit integration lint fmt generate fuzz bench bench-cluster image cluster cluster-test cluster-down clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build the gateway and start it on http://127.0.0.1:8080
	bin/asbru up

build: ## build the static binary bin/asbru
	CGO_ENABLED=0 go build -tags '$(TAGS)' -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o bin/asbru .

ui: ## build the admin UI's pages anew, into ui/dist; needs Node
	scripts/ui.sh build

ui-figures: build ## measure how fast the admin UI is in Chromium, and what open pages cost an edge; needs Node
	scripts/ui.sh figures

docs: ## make the documentation into a site, in .cache/site
	cd tools/site && go run .

test: ## run every test: unit with the race detector, each fuzz target for 5 s, integration; installs what it needs
	scripts/test.sh

unit: ## run the unit tests, quickly: no race detector, no network, no Docker
	go test -vet=off -ldflags='-s -w' ./...

integration: ## run only the tests that drive the built program with the providers' own SDKs
	scripts/integration.sh

lint: $(LINTER) ## check style, correctness and the dependency direction
	$(LINTER) run

fmt: $(LINTER) ## format the Go code
	$(LINTER) fmt

generate: ## write the generated parts of docs anew, from the declarations that they are made of
	go generate ./pkg/config ./pkg/bus ./pkg/plugin/builtin ./pkg/provider ./internal/command ./integration/arch ./integration/sdk

fuzz: ## run each fuzz target for FUZZTIME (5m)
	scripts/fuzz.sh $(FUZZTIME)

bench: build ## measure the gateway beside a bare proxy and print one table
	go run ./integration/bench

bench-cluster: build ## measure what a cluster promises, on processes of this machine, and print one table
	scripts/bench-cluster.sh

image: build ## build the container image from bin/asbru
	DOCKER_BUILDKIT=0 docker build --target prebuilt -f deploy/images/Dockerfile -t $(IMAGE) -t asbru:latest .

cluster: build ## start a whole cluster with Docker Compose, and print the first call to it
	scripts/cluster.sh up

cluster-test: cluster ## kill each container of the cluster in turn, and see that calls go on
	ASBRU_TEST_CLUSTER=http://127.0.0.1:$${ASBRU_PORT:-8080} go test -count=1 -v -timeout 15m -run TestAnyContainer ./deploy

cluster-down: ## stop the cluster; its data stay
	scripts/cluster.sh down

clean: ## remove what the other targets made
	rm -rf bin .cache integration/sdk/node/node_modules integration/sdk/node/earlier/node_modules ui/node_modules

# The linter's version is pinned in tools/go.mod; a change there builds it anew.
$(LINTER): tools/go.mod tools/go.sum
	cd tools && CGO_ENABLED=0 go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# Helm's version is pinned in tools/helm/go.mod. Only tests of the chart need it.
$(HELM): tools/helm/go.mod tools/helm/go.sum
	cd tools/helm && CGO_ENABLED=0 go build -o ../../$@ helm.sh/helm/v4/cmd/helm
