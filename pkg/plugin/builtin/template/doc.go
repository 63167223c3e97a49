// Package template fills texts with values of a call: "{{model}} for {{header.x-tenant}}". It
// is what plugins use whose settings have such texts; a template is read once, when the
// configuration is, and knows no conditions and no loops.
package template
