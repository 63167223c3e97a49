// Package sdk runs client libraries, for Python and for Node, against a running
// gateway: every library with every provider's models. Behind the gateway stands
// aimock, a mock of the providers' APIs, with the answers of fixtures.json.
//
// Of libraries, its own code has only the table: what they are, how they are set up
// and which operations work. docs/sdks.md is made from it. A library's cases, in
// python/cases and node/cases, try each of these operations, in the newest version of
// the library and in one that is a year old, and print a line for each.
//
// The providers' own libraries have suites that look closer, ordinary pytest and
// node:test files that read GATEWAY_URL and UPSTREAM_URL. They also run against the
// mock itself (SUITE_DIRECT=1): what fails there is not the gateway's fault.
//
// To add a library: pin it in python/*.txt or node/*/package.json, write its cases,
// add it to the table, and run go generate.
package sdk
