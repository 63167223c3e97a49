// Package servers starts real servers for tests: a private one for each test that
// asks, on a free port of the loopback interface, in a folder of its own, ended
// and removed when the test ends.
//
//	server := servers.Postgres(t)
//	db, err := store.Open(ctx, server.Database(t))
//	server.Stop(t)  // it is away now
//	server.Start(t) // and back, on the same port with the same data
//
// They are processes of this machine where their programs are installed, and else
// containers, made by testcontainers-go, in tests that are built with the integration
// tag. ASBRU_TEST_SERVERS=processes or containers asks for one of the two;
// POSTGRES_IMAGE and REDIS_IMAGE name other images than the official ones.
//
// A test whose server can be had in neither way is skipped with a message that says
// why; with ASBRU_TEST_SERVICES=required it fails instead, so that no test is left
// out silently where all are meant to run.
package servers
