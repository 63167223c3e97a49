// Package textchat has text completions asked for as chats, of models and providers that have
// only these: the prompt becomes a user's message, and what is answered is told as a text.
//
// [Codec] is the way a provider's dialect is spoken then. What a chat cannot do, a suffix, an
// echo of the prompt, the best of several, several prompts and prompts of tokens, is refused.
package textchat
