// Package admin holds the admin API of the built program to its own description:
// Schemathesis makes requests of the OpenAPI document, good and bad, and looks whether
// each answer is one that the document names, of the shape that it says, and none a fault
// of the server.
package admin
