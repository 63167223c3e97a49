// Package sqlite opens the SQLite database of one node, in WAL mode: one
// connection writes, a few read beside it. What is committed outlives a loss of
// power. The tables are in migrations/; pkg/store runs them and does the rest.
package sqlite
