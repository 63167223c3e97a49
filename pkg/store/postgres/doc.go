// Package postgres opens the PostgreSQL database of a cluster. The tables are in
// migrations/; pkg/store runs them and does the rest.
package postgres
