--- conf warning
Win32DisableAcceptEx has no effect
--- conf
Win32DisableAcceptEx
