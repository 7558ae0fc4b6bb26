"""Estimators of scikit-learn: any activation with any loss, by boosting, networks or a linear map.

Needs scikit-learn: `pip install 'softgrad[sklearn]'`.
"""
