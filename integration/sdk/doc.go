// Package sdk has no code of its own. Its tests run the providers' own client
// libraries, for Python and for Node, against a running gateway: every library
// with every provider's models. Behind the gateway stands aimock, a mock of the
// providers' APIs, with the answers of fixtures.json.
//
// The suites are ordinary pytest and node:test files that read GATEWAY_URL and
// UPSTREAM_URL. The same suites also run against the mock itself
// (SUITE_DIRECT=1): what fails there is not the gateway's fault.
package sdk
