"""How good are the answers? Quality on a data set in BEIR format: ``newsquote eval``.

``folder → DataSet → index → Asked → measures → report``. The folder's layout is that of the BEIR
benchmark (Thakur et al. 2021), with what a question's answer is in its metadata.
"""
