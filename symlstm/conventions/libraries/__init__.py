"""The libraries whose layouts are known: one file each, a table and nothing else."""

from symlstm.conventions.libraries.flax import FLAX
from symlstm.conventions.libraries.haiku import HAIKU
from symlstm.conventions.libraries.keras import KERAS
from symlstm.conventions.libraries.nnx import NNX
from symlstm.conventions.libraries.onednn import ONEDNN
from symlstm.conventions.libraries.onnx import ONNX
from symlstm.conventions.libraries.pytorch import PYTORCH
from symlstm.conventions.libraries.tf1 import TF1
from symlstm.conventions.libraries.tflite import TFLITE

__all__ = ["LIBRARIES"]

LIBRARIES = (PYTORCH, KERAS, ONNX, TF1, HAIKU, FLAX, NNX, ONEDNN, TFLITE)
