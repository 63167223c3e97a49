// Package secret keeps secrets secret. [Redact] takes credentials out of what
// people read: messages, logs, errors that a provider sends and the gateway passes
// on. It knows the forms that providers give their keys and the places where keys
// stand; it cannot know a secret of another form, so code that holds one does not
// print it. [Key] is the secret that the nodes of a cluster share: what is stored or
// sent between them is sealed with a key derived from it for that one purpose.
package secret
