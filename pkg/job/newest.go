package job

import "slices"

// newest keeps the newest jobs of many.
type newest struct {
	limit int
	jobs  []*Job
}

func (n *newest) add(j *Job) {
	n.jobs = append(n.jobs, j)
	if len(n.jobs) >= 2*n.limit {
		n.jobs = n.sorted()
	}
}

func (n *newest) sorted() []*Job {
	slices.SortFunc(n.jobs, func(a, b *Job) int { return b.Created.Compare(a.Created) })
	return n.jobs[:min(n.limit, len(n.jobs))]
}
