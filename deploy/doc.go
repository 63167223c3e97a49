// Package deploy has no code of its own. Its folders are ways to run Asbru: images and
// compose for one machine with Docker, helm for Kubernetes, systemd for machines without
// containers. Its tests hold them to the program: that the flags and variables which they
// set exist and are taken, that nobody is stopped before its drain is over, and that a
// role has no more rights than it needs.
package deploy
