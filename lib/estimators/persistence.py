"""A fitted estimator in a file, written whole or not at all."""

import io
import pickle
import warnings
from pathlib import Path

import joblib
import numpy as np
import sklearn
from sklearn.base import BaseEstimator
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.utils.validation import check_is_fitted

from lib.files import write_atomically
from lib.validation import instance
from lib.validation import path as place

FORMAT = "rnn-reproductions estimator 1"


def save(path: Path | str, fitted: BaseEstimator) -> None:
    """Write a fitted estimator, a pipeline or a `Forecaster` to a file.

    Raises:
        ValueError: it is not fitted, or the path is that of a folder.
        OSError: the file cannot be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from sklearn.linear_model import Ridge
        >>> with TemporaryDirectory() as folder:
        ...     save(Path(folder) / "model.joblib", Ridge().fit([[0.0], [1.0]], [0.0, 1.0]))
        ...     load(Path(folder) / "model.joblib")
        Ridge()
    """
    path = _file(path)
    instance("fitted", fitted, BaseEstimator, "a fitted estimator")
    check_is_fitted(fitted)
    versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
    stream = io.BytesIO()
    joblib.dump({"format": FORMAT, "versions": versions, "fitted": fitted}, stream, compress=3)
    write_atomically(path, stream.getvalue())


def load(path: Path | str) -> BaseEstimator:
    """Return the estimator of a file that `save` wrote.

    Loading runs what the file says, as with every pickle: load only files whose origin you trust.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged, or no estimator's.

    Warns:
        InconsistentVersionWarning: it was written with another version of scikit-learn or NumPy.
    """
    path = _file(path)
    try:
        content = joblib.load(path)
        known = content["format"] == FORMAT
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path.resolve()}") from None
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError(f"{path.name} is no estimator written by save: {error!r}") from error
    if not known:
        raise ValueError(f"{path.name} has the format {content['format']!r}, not {FORMAT!r}")
    here = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
    for package, written in content["versions"].items():
        if written != here[package]:
            warnings.warn(
                InconsistentVersionWarning(
                    estimator_name=type(content["fitted"]).__name__,
                    current_sklearn_version=f"{here[package]} of {package}",
                    original_sklearn_version=written,
                ),
                stacklevel=2,
            )
    return content["fitted"]


def _file(path: Path | str) -> Path:
    path = place("path", path)
    if path.is_dir():
        raise ValueError(f"path must be that of a file, and {path} is a folder")
    return path
