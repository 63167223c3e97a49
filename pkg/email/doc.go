// Package email sends letters through an SMTP server: alerts and reports.
//
// A [Sender] gives one [Letter] to the server that the configuration names, over TLS
// unless that is forbidden there. It keeps no connection and no queue: who sends a letter
// keeps it until Send returns nil, and sends it again with the same id otherwise.
package email
