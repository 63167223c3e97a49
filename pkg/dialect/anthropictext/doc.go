// Package anthropictext is Anthropic's form of before its messages: a prompt whose turns
// begin with "\n\nHuman:" and "\n\nAssistant:", and a text that goes on with it. Only
// callers speak it. What they ask is a conversation like any other, so every model that
// has conversations answers it; errors are those of Anthropic's messages.
//
// https://docs.anthropic.com/en/api/complete,
// https://docs.anthropic.com/en/api/migrating-from-text-completions-to-messages
package anthropictext
