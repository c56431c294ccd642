"""Do words stand in their source, where, and between which others?"""
