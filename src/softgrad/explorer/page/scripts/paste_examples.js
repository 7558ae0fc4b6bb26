// Texts to begin with, by the name of their file.

export const EXAMPLES = {
  "softmax-element-wise": "softmax, differentiated element by element",
  "softmax-right": "softmax, with a product that is right",
  "sigmoid-by-its-output": "sigmoid, by its output",
  "layer-class": "a class of a softmax layer",
  "loss-class": "a class of a loss with labels",
};

export async function example(name) {
  const response = await fetch(`/page/examples/${name}.txt`);
  return await response.text();
}
