// Package store keeps what must be queried later, in SQLite or PostgreSQL: the usage
// [Ledger], on which money is counted, and the [Log], which is the same rows as people
// look at them, with statistics; who may use the admin API, the audit, and the record of
// alerts. It is not on the way of a request, and holds neither configuration nor live
// counts.
//
//	s, err := store.Open(ctx, "sqlite:asbru-data/asbru.db") // or postgres://…
//	err = s.Ledger().Put(ctx, entries)
//
// Open brings the database's tables up to this version first. Migrations only go
// forward and leave what the version before reads and writes in place, so that
// nodes of neighbouring versions work on one database; several may start at once.
//
// One code serves both databases. What differs, how to connect and the tables
// themselves, is in pkg/store/sqlite and pkg/store/postgres; pkg/store/storetest
// holds what every implementation promises.
package store
