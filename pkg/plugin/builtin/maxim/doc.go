// Package maxim tells Maxim of finished calls: each is a trace with one generation in a log
// repository.
//
// The wire format is that of Maxim's own client (https://github.com/maximhq/maxim-go, logging
// and apis): POST /api/sdk/v3/log?id=REPOSITORY, with lines such as
// trace{id=…,action=create,data={…}}. The settings, and the headers by which callers say which
// trace a call belongs to, are those of Bifrost's plugin.
package maxim
