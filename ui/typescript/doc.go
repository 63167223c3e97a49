// Package typescript writes the admin API's description as TypeScript: each schema as an
// interface, each operation as a constant of its own, which knows what it is asked with and
// what it answers. The UI imports those that it uses, so that a bundler leaves out the rest.
//
// It reads OpenAPI 3.1 as control makes it, and is no generator for descriptions in general.
package typescript
