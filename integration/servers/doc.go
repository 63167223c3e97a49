// Package servers starts real servers for tests: a private one for each test that
// asks, on a free port of the loopback interface, in a folder of its own, ended
// and removed when the test ends.
//
//	server := servers.Postgres(t)
//	db, err := store.Open(ctx, server.Database(t))
//	server.Stop(t)  // it is away now
//	server.Start(t) // and back, on the same port with the same data
//
// A test whose server is not installed is skipped with a message that names the
// Debian package; with ASBRU_TEST_SERVICES=required it fails instead, so that no
// test is left out silently where all are meant to run.
package servers
