// Program site makes the documentation's pages, docs/**.md and those at the repository's root that
// they link to, into a folder of HTML that needs no server and loads nothing from elsewhere.
//
// A page is read once, rendered (page.go), and put into the one template with the navigation,
// which is the list of docs/README.md (nav.go). Links between pages become links between files;
// those to source lead to the repository (links.go). A link to what is not there is an error.
// search.js looks through an index of sections that is written beside the pages (index.go).
package main
