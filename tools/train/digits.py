"""Handwritten digits of 8 x 8 pixels: a network on an image tensor."""

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from export import OPSET, SEED, plain, report, sample_rows, tidy, write_version

DESCRIPTION = "Digit shown on an image of 8 x 8 pixels, each from 0 (white) to 16 (black)."


def build(network: MLPClassifier) -> ModelProto:
    """The graph: scaling, two layers, softmax and the most probable digit."""
    weights = {
        "white_to_black": np.array(16, np.float32),
        "hidden_weights": network.coefs_[0].astype(np.float32),
        "hidden_bias": network.intercepts_[0].astype(np.float32),
        "digit_weights": network.coefs_[1].astype(np.float32),
        "digit_bias": network.intercepts_[1].astype(np.float32),
    }
    nodes = [
        helper.make_node("Div", ["image", "white_to_black"], ["scaled"], name="scale"),
        helper.make_node("Flatten", ["scaled"], ["pixels"], name="flatten", axis=1),
        helper.make_node("Gemm", ["pixels", "hidden_weights", "hidden_bias"], ["hidden"], name="hidden"),
        helper.make_node("Relu", ["hidden"], ["activated"], name="activate"),
        helper.make_node("Gemm", ["activated", "digit_weights", "digit_bias"], ["logits"], name="digits"),
        helper.make_node("Softmax", ["logits"], ["probabilities"], name="softmax", axis=1),
        helper.make_node("ArgMax", ["logits"], ["label"], name="most_probable", axis=1, keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 8, 8])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["N"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 10]),
        ],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])


def main() -> None:
    """Trains and writes the model."""
    data = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        data.data / 16, data.target, test_size=0.2, stratify=data.target, random_state=SEED
    )
    network = MLPClassifier((96,), alpha=1e-3, max_iter=600, random_state=SEED)
    network.fit(x_train, y_train)
    accuracy = network.score(x_test, y_test)
    metadata = {
        "algorithm": "network of one hidden layer",
        "data": "UCI Optical Recognition of Handwritten Digits, 1797 images",
        "accuracy": f"{accuracy:.3f}",
    }
    model = tidy(build(network), "digits", "1.0.0", DESCRIPTION, metadata)
    facts = {
        "description": DESCRIPTION,
        "operationId": "recognizeDigit",
        "outputs": [
            {"tensor": "label", "name": "digit", "description": "most probable digit"},
            {
                "tensor": "probabilities",
                "name": "probability",
                "description": "probability of each digit",
                "labels": [str(digit) for digit in range(10)],
            },
        ],
        "artifacts": ["answer.csv", "probability.npy", "probability.svg"],
        "threads": 1,
    }
    images = [
        [[[plain(pixel) for pixel in line] for line in data.images[row]]] for row in sample_rows(len(data.images))
    ]
    write_version(model, "1.0.0", facts, {"image": images})
    report("digits", "1.0.0", f"accuracy on 20 % held out {accuracy:.3f}")


if __name__ == "__main__":
    main()
