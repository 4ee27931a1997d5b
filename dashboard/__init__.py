"""Figures, wording, pages and commands; the only part that knows Plotly and Dash. It sees `Results` and nothing behind them."""
