// Package secret keeps credentials out of what people read: messages, logs,
// errors that a provider sends and the gateway passes on. It knows the forms that
// providers give their keys and the places where keys stand; it cannot know a
// secret of another form, so code that holds one does not print it.
package secret
