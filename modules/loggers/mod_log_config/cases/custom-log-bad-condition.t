--- conf
CustomLog logs/access_log "%h" image
--- conf error
'image' is no condition
