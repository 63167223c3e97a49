// Package arch has no code of its own. Its tests hold the direction in which
// the packages of this module may know each other:
//
//	main → edge, worker, control → pkg/gateway → the rest of pkg → pkg/api
//
// The linter has the same rules; this test needs no linter.
package arch
