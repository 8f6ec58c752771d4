"""Source of the functions that generated code brings along, each where it is needed."""

__all__ = ["LOGSUMEXP", "SOFTMAX", "VARIANCE"]

VARIANCE = '''\
def variance(x, axis):
    """Return the mean squared distance from the mean, for complex numbers too without a modulus."""
    return ((x - x.mean(axis=axis, keepdims=True)) ** 2).mean(axis=axis, keepdims=True)
'''

SOFTMAX = '''\
def softmax(x, axis):
    """Return exp(x) over its sum, shifted by the largest real part so that nothing overflows."""
    y = np.exp(x - x.real.max(axis=axis, keepdims=True))
    return y / y.sum(axis=axis, keepdims=True)
'''

LOGSUMEXP = '''\
def logsumexp(x, axis):
    """Return log(sum(exp(x))), shifted by the largest real part so that nothing overflows."""
    top = x.real.max(axis=axis, keepdims=True)
    return top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True))
'''
