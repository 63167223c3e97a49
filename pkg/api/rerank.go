package api

// Rerank asks which of some documents answer a query best (OpRerank).
type Rerank struct {
	Query     string
	Documents []Document
	Top       Opt[int64] // how many of the best; all where not said
	// Return: the answer shows the documents, too. The gateway puts them in.
	Return Opt[bool]
}

// Document is a text, or an object of which the text is one member.
type Document struct {
	Text string
	Raw  JSON // the object; nil for a text alone
}

// Rank is what one document is worth.
type Rank struct {
	Index    int // of the document in the request
	Score    float64
	Document *Document // nil where it is not shown
}
