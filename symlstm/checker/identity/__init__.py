"""Whether two matrix expressions over a System are equal: proofs of sameness at random points, counterexamples."""
