// Package bus is what the processes of a cluster say to each other over NATS, and
// the NATS server itself where the cluster brings its own.
//
// Every subject, stream, bucket, object store and envelope header is declared here
// once: subjects.go, streams.go, buckets.go, objects.go, envelope.go. docs/bus.md
// and the permissions of each role are made from those declarations, and no other
// package writes a subject as text.
//
// [StartServer] runs the embedded server, [Provision] makes what is declared exist,
// [Connect] joins as a node in a role. What a message means is not known here: a
// value goes in as bytes and comes out as bytes.
package bus
