package injection

import (
	"regexp"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/words"
)

// Signal is something that injections have.
type Signal struct {
	Name   string
	Doc    string
	Weight float64
	// triggers are words without which the pattern is not looked for; the pattern is matched
	// against the folded text.
	triggers []string
	pattern  *regexp.Regexp
}

const (
	gap = `(?:\s+[\p{L}'-]+){0,4}?\s+` // at most four words between
)

// Signals are all of them.
var Signals = []*Signal{
	{
		Name: "override", Weight: 0.6, Doc: "asks to ignore or forget instructions, rules or a prompt",
		triggers: []string{
			"ignore", "disregard", "forget", "override", "bypass", "overlook", "ignoriere", "vergiss", "missachte", "ignorez", "oubliez", "oublie", "ignora", "olvida", "ignorar",
		},
		pattern: regexp.MustCompile(`(?:ignore|disregard|forget|override|bypass|overlook|ignoriere|vergiss|missachte|ignorez|oubliez|oublie|ignora|olvida|ignorar)` + gap +
			`(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|constraints?|guardrails?|safeguards?|anweisung(?:en)?|regeln|vorgaben|consignes|regles|instrucciones|reglas|instrucoes|everything (?:above|before))`),
	},
	{
		Name: "role", Weight: 0.5, Doc: "gives the model another role that has no rules",
		triggers: []string{"you are now", "act as", "pretend", "roleplay", "simulate", "from now on", "du bist jetzt", "tu es maintenant", "ahora eres"},
		pattern: regexp.MustCompile(`(?:you are now|act as|pretend(?: to be| that you| you)?|roleplay as|simulate|from now on|du bist jetzt|tu es maintenant|ahora eres)` + `(?:\s+\S+){0,12}?\s+` +
			`(?:unrestricted|unfiltered|uncensored|jailbroken|jailbreak|dan|evil|amoral|no (?:rules|restrictions|limits|limitations|filters?|ethics|guidelines)|without (?:any )?(?:rules|restrictions|limits|filters?|ethics|guidelines|censorship)|ohne (?:regeln|einschrankungen|filter)|sans (?:regles|restrictions|filtre)|sin (?:reglas|restricciones|filtros))`),
	},
	{
		Name: "mode", Weight: 0.5, Doc: "speaks of modes that jailbreaks invent",
		triggers: []string{"developer mode", "dan mode", "do anything now", "god mode", "jailbreak mode", "debug mode", "sudo mode", "stan mode", "admin mode", "entwicklermodus"},
		pattern:  regexp.MustCompile(`(?:enable|enter|activate|enabled|activated|switch to|in|aktiviere)\b.{0,30}(?:developer mode|dan mode|god mode|jailbreak mode|debug mode|sudo mode|stan mode|admin mode|entwicklermodus)|do anything now`),
	},
	{
		Name: "reveal", Weight: 0.45, Doc: "asks for the system prompt or hidden instructions",
		triggers: []string{"prompt", "system instruction", "system message", "initial instruction", "initial message", "hidden instruction", "hidden message", "secret instruction", "original instruction", "developer message", "developer instruction", "words above", "text above", "everything above", "instructions above", "before this", "systemanweisung"},
		pattern: regexp.MustCompile(`(?:reveal|show|print|repeat|output|tell|what (?:is|are|was|were)|display|leak|dump|zeige|verrate|affiche|muestra|translate|summarize)` + `(?:\s+\S+){0,5}?\s+` +
			`(?:(?:system|initial|hidden|secret|original|developer)[ -]?(?:prompts?|instructions?|messages?)|(?:words|text|everything|instructions) (?:above|before this)|systemprompt|systemanweisung(?:en)?|prompt systeme|prompt del sistema)`),
	},
	{
		Name: "delimiter", Weight: 0.6, Doc: "has marks with which chat templates part roles",
		triggers: []string{"<|", "[inst]", "[/inst]", "<<sys>>", "</system>", "<system>", "### system", "### instruction", "<start_of_turn>", "begin system", "end of prompt", "system:"},
		pattern:  regexp.MustCompile(`<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id)\|>|\[/?inst\]|<</?sys>>|</?system>|### ?(?:system|instruction)s?\b ?:|<(?:start|end)_of_turn>|\[(?:begin|end) ?(?:of )?system|(?:^| )end of (?:system )?prompt|(?:^|[\n"'}])\s*(?:system|assistant) ?: ?\S`),
	},
	{
		Name: "authority", Weight: 0.35, Doc: "claims to speak for the application, its developers or its administrators",
		triggers: []string{"new instructions", "updated instructions", "important instructions", "system override", "system update", "admin override", "developer here", "this is the developer", "i am the developer", "i am your", "neue anweisungen", "nouvelles instructions", "nuevas instrucciones", "authorized"},
		pattern:  regexp.MustCompile(`(?:new|updated|important|urgent) (?:system )?instructions? ?(?::|from|for (?:you|the (?:ai|assistant|model)))|(?:system|admin|administrator|root) (?:override|update) ?[:!]|(?:this is|i am) (?:the|your) (?:developer|creator|administrator|admin|programmer)|neue anweisungen ?:|nouvelles instructions ?:|nuevas instrucciones ?:|i am authorized to`),
	},
	{
		Name: "concealment", Weight: 0.45, Doc: "asks to keep something from the user",
		triggers: []string{"do not tell", "don't tell", "without telling", "do not mention", "don't mention", "do not inform", "secretly", "never reveal", "do not let"},
		pattern:  regexp.MustCompile(`(?:do not|don't|never|without) (?:tell|telling|mention|mentioning|inform|informing|reveal|revealing|let|letting)\b.{0,20}\b(?:the )?(?:user|human|them|anyone|anybody)|secretly (?:send|add|include|call|insert|run|execute)`),
	},
	{
		Name: "exfiltration", Weight: 0.5, Doc: "has data sent to an address, or carried out in that of an image",
		triggers: []string{"http://", "https://"},
		pattern: regexp.MustCompile(`(?:send|post|upload|forward|exfiltrate|transmit|append|encode|leak|include)\b.{0,80}(?:conversation|history|secrets?|passwords?|credentials?|keys?|tokens?|prompt|data|emails?|cookies?)\b.{0,80}https?://` +
			`|!\[[^\]]{0,80}\]\(https?://[^)\s]{1,200}[?&][^)\s]{0,80}=(?:\{|\[|<|%7b|\$)`),
	},
	{
		Name: "encoded", Weight: 0.4, Doc: "has something decoded and followed",
		triggers: []string{"base64", "rot13", "hexadecimal", "decode", "decipher"},
		pattern:  regexp.MustCompile(`(?:decode|decipher|decrypt)\b.{0,60}\b(?:and|then)\b.{0,30}\b(?:follow|execute|run|obey|do|perform|answer|respond)|(?:base64|rot13|hexadecimal)\b.{0,40}\b(?:instructions?|commands?|execute|follow|obey)`),
	},
}

// Invisible is the signal of a text with many characters that cannot be seen.
var Invisible = &Signal{Name: "invisible", Weight: 0.5, Doc: "has tag characters, or many others that cannot be seen"}

var triggers, signalOf = func() (*words.List, []*Signal) {
	var all []string
	var of []*Signal
	for _, s := range Signals {
		for _, w := range s.triggers {
			all, of = append(all, w), append(of, s)
		}
	}
	list, err := words.New(all, words.Options{Parts: true})
	if err != nil {
		panic(err) // the list is a constant
	}
	return list, of
}()
