// Package media asks providers that draw, speak or listen in a form of their own for
// what callers ask in OpenAI's.
//
// A provider's row names its [Form]. For each try the engine has it write the
// provider's request from the caller's, and gives it the answer to write OpenAI's
// from; one that is the same in both, as sound is, passes as it comes. What a provider
// cannot say is refused, or dropped where the caller agrees.
//
// It is not for conversations, which have dialects, nor for who speaks as OpenAI does.
package media
