// Package headers writes headers that providers get, and metadata that is kept with calls, by
// rules: from what callers send, and from who they are.
//
// Metadata are written before a call is routed, so that routing rules can go by them; headers
// before each attempt, so that they can be of one provider. Requests and answers are not
// looked into.
package headers
