// How results of the search are ordered. Each of the eighty pages of activations and losses has the
// same words in it (Jacobian, kinks, the names of its partners): they come after pages that explain,
// unless the title is what was looked for.
var Scorer = {
  score: ([docname, title, anchor, description, score]) => {
    if (/^reference\/(activations|losses)\//.test(docname)) {
      return score < Scorer.title ? score - 4 : score;
    }
    return /^(questions|tutorials)\//.test(docname) ? score + 2 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
