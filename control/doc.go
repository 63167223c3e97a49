// Package control is the role in which people and scripts change things: the
// admin API below /api, described by the OpenAPI document that it serves. Each
// area has a file with its routes and one with the JSON that it speaks; what a
// change does lies in pkg.
//
// A write answers when it is durable. With ?wait=applied it answers when every
// live node has it.
package control
