// Package artefact keeps what plugins are made of, such as WASM modules, for the whole
// cluster: named by the SHA-256 of what is in them, signed by who has made them.
//
// How a value flows: control lays an artefact on the [Shelf], an object store of NATS. A
// configuration names it by its digest. Each node takes it down into its [Cache], a folder,
// before it puts that configuration in force, and sees whether it is what the digest says
// and signed by a publisher whom the configuration trusts (package signing).
//
// It does not know what an artefact is for.
package artefact
