--- conf
ChrootDir nowhere
--- conf error
nowhere is not a directory
