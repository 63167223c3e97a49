// Package arch has no code of its own. Its tests hold what no package can hold
// alone: the direction in which the packages of this module may know each other,
//
//	main → edge, worker, control → pkg/gateway → the rest of pkg → pkg/api
//
// which the linter holds as well; that docs/errors.md lists exactly the error codes
// that the program makes, and docs/operations.md its metrics; and that links
// between the pages of the documentation lead somewhere.
package arch
